import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../products/release";
import type { Platform } from "./platform";

export interface CredentialsArgs {
  platform: Platform;
  /** What config gives, by slot. The platform makes database passwords that are missing. */
  secrets: pulumi.Input<Secrets>;
}

/**
 * The passwords and other secrets of a gateway in one owner-only place that every command reads when it runs. In each command's
 * environment they would be stale: a slot that leaves in the change that rotates one is deleted with the old one.
 */
export class Credentials extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, secrets }: CredentialsArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:Credentials", name, {}, options);
    platform.credentials(name, secrets, { parent: this });
    this.registerOutputs();
  }
}
