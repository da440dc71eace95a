import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

const rds = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

/** What RDS takes of a password: printable ASCII. */
const taken = /^[!-~]{8,128}$/;
const refused = /[/@"]/;

const remedy = (key: string) => `pulumi config set --secret --path 'gateway:${key}' PASSWORD`;

/** Whether each slot's database has a password, and RDS takes those of the ones that are made. None is ever told. */
export function readPasswords({ config, slots }: OnAws): Finding[] {
  const given: Record<string, string | undefined> = {};
  for (const { name, given: slot } of slots) {
    if (slot.existing) {
      const key = `${name}.existing.database.password`;
      if (slot.existing.database.password === undefined) given[key] = undefined;
    } else if (slot.database?.password === undefined) given["database.password"] = config.database.password;
    else given[`${name}.database.password`] = slot.database.password;
  }
  return Object.entries(given).flatMap(([key, password]) => {
    if (password === undefined) {
      const wrong = `gateway:${key} is missing, and on AWS no password is made up: it would have to be kept somewhere.`;
      return [unfit(key, wrong, `Set it: ${remedy(key)}.`)];
    }
    if (taken.test(password) && !refused.test(password)) return [];
    const wrong = `The password has ${password.length} characters, or one that RDS does not take.`;
    const what = `Give 8 to 128 printable ASCII characters, without / @ " and space: ${remedy(key)}.`;
    return [unfit(key, wrong, what, rds)];
  });
}
