import { api7 } from "./api7";
import { axway } from "./axway";
import { jahia } from "./jahia";
import { kong } from "./kong";
import type { RunnableProduct } from "./operation";
import type { Product } from "./product";

/** Every product whose rules are known. A new one is a file beside kong.ts and a line here. */
export const products: Record<string, Product> = { kong, api7, axway, jahia };

/** Those that can be carried out too; the others are reviewed, and refused as not built. */
export const runnableProducts: Record<string, RunnableProduct> = { kong };

/** The product of this name that can be carried out, for text that validation has passed. Throws on anything else. */
export function runnableNamed(name: string): RunnableProduct {
  const product = Object.hasOwn(runnableProducts, name) ? runnableProducts[name] : undefined;
  if (!product) throw new Error(`there is no product "${name}"`);
  return product;
}
