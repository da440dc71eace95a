"use strict";
const { randomBytes } = require("node:crypto");

/** A new resource id: the name from the urn and eight hexadecimal digits, as the official provider makes it. */
function newId(urn) {
  return (urn.split("::").slice(3).join("::") ?? "") + randomBytes(4).toString("hex");
}

module.exports = { newId };
