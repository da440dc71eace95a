"use strict";

/** The version of @pulumi/aws whose plugin this stands in for. */
const { version: VERSION } = require("@pulumi/aws/package.json");

module.exports = { VERSION };
