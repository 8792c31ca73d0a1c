// The two ways in which a second check can end badly: something speaks against the page, or nothing can be said.

/** The browser found something that the page does not say; `code` and `values` become its sentence. */
export class Objection extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** It cannot be checked here; `code` and `values` become the reason. Never taken for agreement. */
export class Undone extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** A host other than this site would have to be asked, and the visitor has not said yes yet. */
export class Pending extends Error {
  constructor(host) {
    super(host);
    this.host = host;
  }
}
