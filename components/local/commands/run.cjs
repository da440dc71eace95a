#!/usr/bin/env node
// The one entry point of every command that the local platform's resources run: `run.cjs PIECE VERB`.
// It is named in their state and so stays stable; what it runs may change without a resource changing.
"use strict";
require("../../../tools/typescript.cjs");
const { runCommand } = require("../../run-command.ts");
const { pieces } = require("./dispatch.ts");

void runCommand(pieces, process.argv[2], process.argv[3]);
