"use strict";
// A node of the twin, as `kong start` launches it: the one argument is its prefix.
require("tsx/cjs");
require("../node/main.ts");
