"use strict";
// Loaded before pg, which asks this global where it runs; without it, it loads all of fetch to find out. Node has it since
// version 21.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node.split(".", 1)[0]}` };
