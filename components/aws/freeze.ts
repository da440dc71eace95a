import type { Platform } from "../platform";
import { adminInput, type Build } from "./build";
import { awsCommand } from "./command";

/** What closes the Admin API while it stands. */
export function freezePiece(build: Build): Pick<Platform, "freeze"> {
  const { settings, common } = build;

  return {
    freeze: (name, _, options) => {
      if (!settings.balancer.admin) throw new Error("gateway:freeze: hold needs gateway:aws.balancer.admin");
      return awsCommand(
        name,
        {
          piece: "admin-way",
          create: "close",
          update: "record",
          remove: "open",
          input: { ...common, ...adminInput(build) },
        },
        options,
      );
    },
  };
}
