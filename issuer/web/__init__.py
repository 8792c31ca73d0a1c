"""What recipients and strangers see of an issuer: credential pages, profiles, achievements, public documents."""
