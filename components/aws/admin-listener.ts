import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import { type Release, sharesDatabase } from "../../products/release";
import { closedReason } from "../closed-reason";
import { encryption, listenProtocol } from "./listening";
import { roleTag } from "./names";
import type { NodesBase } from "./nodes";

/** What is said to what the way does not take. AWS takes 1,024 characters. */
export function closedMessage(release: Release): string {
  const { older, newer, slots } = release;
  if (newer === undefined) {
    return (
      "The Admin API takes writes once the update that is under way has ended. If one has failed, run pulumi up again, " +
      "or revert the change."
    );
  }
  if (slots[older]?.existing) {
    return `The Admin API of ${older} is not reached here; that of ${newer} opens here once ${newer} has all weight.`;
  }
  return closedReason(newer, older, sharesDatabase(release));
}

/**
 * The Admin API's own listener. What no rule leads to a slot it answers itself: the way is made and changed by commands,
 * since it closes and opens at moments within one update.
 */
export function adminListener(
  balancer: pulumi.Input<string>,
  release: Release,
  { settings, tags, make }: Pick<NodesBase, "settings" | "tags" | "make">,
  port: number,
  options: pulumi.CustomResourceOptions,
): lb.Listener {
  return make(
    "adminListener",
    lb.Listener,
    "admin",
    {
      loadBalancerArn: balancer,
      port,
      protocol: listenProtocol(settings.balancer),
      ...encryption(settings.balancer),
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: {
            contentType: "application/json",
            statusCode: "423",
            messageBody: JSON.stringify({ message: closedMessage(release) }),
          },
        },
      ],
      tags: { ...tags, [roleTag]: "admin" },
    },
    options,
  );
}
