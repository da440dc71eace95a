import type { SmokeCheck } from "../../../products/operation";
import { json } from "../../command-input";
import { smokeTest } from "../../smoke-checks";
import { testHeader } from "../test-way";

/** Tests a slot by the header that leads to it, before it serves anybody. */
export async function run(): Promise<{ tested: string }> {
  const { life, slot, url } = json<{ life: string; slot: string; url: string }>("target");
  const limits = { consecutive: json<number>("consecutive"), deadline: json<number>("deadline") };
  const probe = { at: () => url, headers: { [testHeader]: slot } };
  await smokeTest(life, probe, json<SmokeCheck[]>("checks"), limits);
  return { tested: life };
}
