"""QR codes in bulk: symbols equal to those of segno, written as WeasyPrint draws the pictures of them."""
