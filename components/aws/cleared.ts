import * as pulumi from "@pulumi/pulumi";

/** Before something is made, what a killed create of it left is taken away: no state knows of it. */
export function cleared(
  name: string,
  clear: (inputs: Record<string, unknown>) => Promise<void>,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const hook = new pulumi.ResourceHook(`clear-${name}`, ({ newInputs }) =>
    clear((newInputs ?? {}) as Record<string, unknown>),
  );
  const { beforeCreate = [], ...others } = options.hooks ?? {};
  return { ...options, hooks: { ...others, beforeCreate: [...beforeCreate, hook] } };
}
