import { kong } from "./kong";
import type { Product } from "./product";

/** The products that are built. A new one is a file beside kong.ts and a line here. */
export const products: Record<string, Product> = { kong };

/** Products of the plan that are not built yet: refused by name. */
export const plannedProducts = ["api7", "axway", "jahia"];

/** The product of this name, for text that validation has passed. Throws on anything else. */
export function productNamed(name: string): Product {
  const product = Object.hasOwn(products, name) ? products[name] : undefined;
  if (!product) throw new Error(`there is no product "${name}"`);
  return product;
}
