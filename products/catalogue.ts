import type { RunnableProduct } from "./operation";
import type { Product } from "./product";

/**
 * Every product whose rules are known, each loaded when it is first asked for, by `require`: a stack is of one of them. A
 * new one is a file beside kong.ts and a line here.
 */
/* eslint-disable @typescript-eslint/no-require-imports */
export const products: Readonly<Record<string, Product>> = {
  get kong() {
    return (require("./kong") as typeof import("./kong")).kong;
  },
  get api7() {
    return (require("./api7") as typeof import("./api7")).api7;
  },
  get axway() {
    return (require("./axway") as typeof import("./axway")).axway;
  },
  get jahia() {
    return (require("./jahia") as typeof import("./jahia")).jahia;
  },
};

/** Those that can be carried out too; the others are reviewed, and refused as not built. */
export const runnableProducts: Readonly<Record<string, RunnableProduct>> = {
  get kong() {
    return (require("./kong") as typeof import("./kong")).kong;
  },
};
/* eslint-enable @typescript-eslint/no-require-imports */
