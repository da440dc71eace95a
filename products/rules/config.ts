import type { Change } from "../change";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

const source = "README.md#configuration";

function plainSecret({ observed }: Change): Problem[] {
  return (observed.plainSecrets ?? []).map((key) => ({
    key,
    wrong: `${key} holds a secret that was set in plain.`,
    remedy: `Set it with pulumi config set --secret --path '${key}...'; it is then encrypted in the stack's config.`,
  }));
}

function restoreFrom({ observed: { restore }, product, platform }: Change): Problem[] {
  if (!restore) return [];
  const key = "gateway:restoreFrom";
  if (restore.product === undefined) {
    const wrong = `There is no snapshot at ${restore.location}.`;
    const remedy =
      platform === "aws"
        ? "Name a snapshot in this account and region that a gateway's stack has taken: its tags say of what it is."
        : "Name a directory that holds a manifest.json and a dump.";
    return [{ key, wrong, remedy }];
  }
  if (restore.product === product.name) return [];
  const wrong = `The snapshot is one of ${restore.product}, not of ${product.name}.`;
  return [{ key, wrong, remedy: "Name a snapshot of this product." }];
}

function appliedFile({ observed }: Change): Problem[] {
  return (observed.appliedFiles ?? []).flatMap(({ file, wrong }) => {
    if (wrong === undefined) return [];
    const remedy = `Give ${file} a list of requests: [{ "method": "PATCH", "path": "/routes/NAME", "body": {} }].`;
    return [{ key: "gateway:acknowledge", wrong: `${wrong}.`, remedy }];
  });
}

function directory({ observed }: Change): Problem[] {
  return observed.directory ? [{ key: "gateway:local.directory", ...observed.directory }] : [];
}

/** What config says of files and secrets. */
export const configRules: readonly Rule[] = [
  {
    id: "config/plain-secret",
    severity: "warning",
    demands: "A secret is encrypted in the stack's config.",
    source,
    check: plainSecret,
  },
  {
    id: "config/restore-from",
    severity: "error",
    demands: "gateway:restoreFrom names a snapshot of this product.",
    source,
    needs: ["live gateway"],
    check: restoreFrom,
  },
  {
    id: "acknowledge/apply-file",
    severity: "error",
    demands:
      "A file that gateway:acknowledge names holds requests to the Admin API that can be sent twice: PUT, PATCH or DELETE.",
    source,
    check: appliedFile,
  },
  {
    id: "local/directory",
    severity: "error",
    demands:
      "The embedded platform's directory can be reached by its servers, and its path is short enough for a socket.",
    source,
    needs: ["live gateway"],
    check: directory,
  },
];
