import type { Change } from "../change";
import { isNewLife } from "../steps";
import { type SlotName, slotNames } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { version } from "../version";

/** The version that meets a slot's database in this change for the first time: the slot's, or the control plane's that owns it. */
function arriving({ previous, next }: Change, name: SlotName): { version: string; key: string } | undefined {
  const slot = next.slots[name];
  if (!slot) return undefined;
  const { controlPlane } = next;
  if (controlPlane && controlPlane.version !== previous?.controlPlane?.version) {
    return { version: controlPlane.version, key: "gateway:controlPlane.version" };
  }
  if (controlPlane || !isNewLife(previous?.slots[name], slot, name)) return undefined;
  return { version: slot.version, key: `gateway:${name}.version` };
}

/** The major version of a server: 15 of "15.18". Undefined for what does not begin with a number. */
function majorOf(server: string): number | undefined {
  const major = Number.parseInt(server, 10);
  return Number.isNaN(major) ? undefined : major;
}

function notSupported(change: Change, serverOf: (name: SlotName) => string | undefined): Problem[] {
  const { databaseVersions: support, title } = change.product;
  if (!support) return [];
  return slotNames.flatMap((name): Problem[] => {
    const target = arriving(change, name);
    const range = target && support.byLine[version(target.version).line];
    const server = serverOf(name);
    const major = server === undefined ? undefined : majorOf(server);
    if (!range || major === undefined) return [];
    const { oldest, newest } = range;
    const wrong = `${title} ${target.version} supports ${support.server} ${oldest} to ${newest}, and ${name}'s database is on ${server}.`;
    const problem = { key: target.key, wrong, source: support.source };
    if (major < oldest) {
      const remedy = `Move the database to ${support.server} ${oldest} or later first, at the version that runs now.`;
      return [{ ...problem, remedy }];
    }
    if (major <= newest) return [];
    // The vendor did not test it: that is for the reviewer to weigh.
    const remedy = `Ask the vendor about ${support.server} ${major}, or use ${support.server} ${newest}.`;
    return [{ ...problem, severity: "warning", remedy }];
  });
}

/** What config makes is known without asking it. */
const given = (change: Change) => notSupported(change, (name) => change.next.slots[name]?.databaseServer);

const observed = (change: Change) =>
  notSupported(change, (name) =>
    change.next.slots[name]?.databaseServer === undefined
      ? change.observed.databaseServer?.[name]
      : undefined,
  );

/** Whether one version is the other, as far as both of them say it: "16" is "16.8". */
function isSame(a: string, b: string): boolean {
  const [first, second] = [a.split("."), b.split(".")];
  return first.every((part, index) => second[index] === undefined || second[index] === part);
}

/** A copy of an existing gateway's database is on the version that the existing one has. */
function otherThanCopied(change: Change): Problem[] {
  const { older, newer, slots } = change.next;
  const [from, to] = [slots[older], newer && slots[newer]];
  if (!newer || !from?.existing || to?.databaseServer === undefined) return [];
  if (!isNewLife(change.previous?.slots[newer], to, newer)) return [];
  const server = change.observed.databaseServer?.[older];
  if (server === undefined || isSame(server, to.databaseServer)) return [];
  return [
    {
      key: "gateway:aws.databases.engineVersion",
      wrong: `${older}'s database is on ${server}, which a copy of it keeps, and ${newer}'s is to be on ${to.databaseServer}.`,
      remedy: `Set it to ${server}; another version of the server is a move of its own, before the upgrade.`,
    },
  ];
}

/** Which database servers a release of the product runs on. */
export const databaseVersionRules: readonly Rule[] = [
  {
    id: "database/version",
    severity: "error",
    demands:
      "The database server is one that the target version supports; one newer than the vendor names is a warning.",
    source: "docs/architecture.md#gates",
    needs: ["last release", "live gateway"],
    check: observed,
  },
  {
    id: "database/given-version",
    severity: "error",
    demands:
      "The database server that config gives a slot is one that its version supports; one newer than the vendor names is a warning.",
    source: "docs/architecture.md#gates",
    needs: ["last release"],
    check: given,
  },
  {
    id: "database/copied-version",
    severity: "error",
    demands: "A copy of an existing gateway's database is on the server version that it was copied from.",
    source: "docs/aws.md#configuration",
    needs: ["last release", "live gateway"],
    check: otherThanCopied,
  },
];
