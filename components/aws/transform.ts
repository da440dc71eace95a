import type * as pulumi from "@pulumi/pulumi";

/** Resources of this platform that a program of one's own may change before they are made. */
export type Piece =
  | "vpc"
  | "internetGateway"
  | "routeTable"
  | "routeTableAssociation"
  | "subnet"
  | "securityGroup"
  | "ingressRule"
  | "egressRule"
  | "loadBalancer"
  | "listener"
  | "adminListener"
  | "trafficRule"
  | "testRule"
  | "targetGroup"
  | "cluster"
  | "logGroup"
  | "executionRole"
  | "executionPolicy"
  | "secret"
  | "secretValue"
  | "subnetGroup"
  | "database"
  | "taskDefinition"
  | "service"
  | "instanceRole"
  | "instancePolicy"
  | "instanceProfile"
  | "launchTemplate"
  | "autoscalingGroup";

/**
 * Changes a resource's arguments or options in place, for what config has no key for. It is called once for each
 * resource of its piece, with the resource's name. Default: nothing is changed.
 */
export type Transforms = Partial<
  Record<Piece, (args: Record<string, unknown>, options: pulumi.CustomResourceOptions, name: string) => void>
>;

/** Makes a resource after its transform, if there is one. */
export type Make = <A extends object, R>(
  piece: Piece,
  type: new (name: string, args: A, options: pulumi.CustomResourceOptions) => R,
  name: string,
  args: A,
  options: pulumi.CustomResourceOptions,
) => R;

/**
 * A copy as deep as there are plain objects and lists: resources share their tags and their options, and what a transform
 * changes of one must not change the others. Resources and outputs are kept as they are.
 */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => copied<unknown>(item)) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied<unknown>(item)])) as T;
}

/** A maker of resources with these transforms. */
export function maker(transforms: Transforms): Make {
  return (piece, type, name, args, options) => {
    const [changed, changedOptions] = [copied(args), copied(options)];
    transforms[piece]?.(changed as Record<string, unknown>, changedOptions, name);
    return new type(name, changed, changedOptions);
  };
}
