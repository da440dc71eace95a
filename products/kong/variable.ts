/** The variable that sets a property of kong.conf. */
export function variable(property: string): string {
  return `KONG_${property.toUpperCase()}`;
}
