import type { Transforms } from "../components/aws/transform";

/**
 * Changes to resources on AWS that config has no key for: for a kind of resource, a function that changes its arguments or
 * its options in place before it is made. It is told the resource's name, and called for each of its kind. For example:
 *
 * ```ts
 * loadBalancer: (args) => {
 *   args.accessLogs = { bucket: "our-logs", enabled: true };
 * },
 * ```
 */
export const transforms: Transforms = {};
