import type * as pulumi from "@pulumi/pulumi";

/** Resources of this platform that a program of one's own may change before they are made. */
export type Piece =
  | "vpc"
  | "subnet"
  | "securityGroup"
  | "loadBalancer"
  | "listener"
  | "trafficRule"
  | "testRule"
  | "targetGroup"
  | "cluster"
  | "logGroup"
  | "executionRole"
  | "secret"
  | "subnetGroup"
  | "database"
  | "taskDefinition"
  | "service"
  | "instanceRole"
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

/** A maker of resources with these transforms. */
export function maker(transforms: Transforms): Make {
  return (piece, type, name, args, options) => {
    const [changed, changedOptions] = [{ ...args }, { ...options }];
    transforms[piece]?.(changed as Record<string, unknown>, changedOptions, name);
    return new type(name, changed, changedOptions);
  };
}
