import type { Rule } from "../rule";

/** What a copy of a database that somebody else made is held to, as its platform tells. */
export const databaseCopyRules: readonly Rule[] = [
  {
    id: "database/copied-instance",
    severity: "error",
    demands:
      "A copy of an existing gateway's database has its size at least, and is encrypted as those that are made here.",
    source: "docs/aws.md#configuration",
    needs: ["last release", "live gateway"],
    check: ({ observed }) => observed.copy ?? [],
  },
];
