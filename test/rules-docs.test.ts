import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { products } from "../products/catalogue";
import type { Product } from "../products/product";
import { commonRules } from "../products/rules/catalogue";
import { configDemands } from "../stacks/config/demands";
import { currentRules, rulesPage } from "../tools/rules-docs/page";
import { renderRules } from "../tools/rules-docs/render";

const root = path.resolve(__dirname, "..");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(path.join(root, page), "utf8");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, "")
      .replaceAll(" ", "-"),
  );
}

const example: Product = {
  name: "example",
  title: "Example Gateway",
  strategies: [{ name: "side-by-side", does: "Both | at once." }],
  settings: z.strictObject({
    groups: z.array(z.strictObject({ name: z.string().describe("Its name.") })),
    mode: z.enum(["a", "b"]).default("a").describe("How it runs."),
  }),
  splitSecrets: (settings) => ({ settings, secrets: {} }),
  path: () => ({ guaranteed: true }),
  pathSource: "https://example.com/paths",
  breakingChanges: [
    {
      ...{ id: "example/2.0/gone", since: "2.0.0", wrong: "It is gone.", remedy: "Replace it." },
      source: "https://example.com/2.0",
    },
  ],
  procedure: [
    {
      ...{ name: "apply", does: "Applies it.", where: "every node", after: ["export"], irreversible: true },
      ...{ preconditions: ["It stopped."], source: "https://example.com/apply" },
    },
  ],
  interruptions: () => [],
  rules: [
    {
      ...{
        id: "example/one",
        severity: "error",
        demands: "One alone.",
        source: "docs/architecture.md#gates",
      },
      ...{ needs: ["live gateway"], check: () => [] },
    },
  ],
};

describe("docs/rules.md", () => {
  it("is up to date", () => {
    assert.ok(existsSync(rulesPage), "run npm run docs");
    assert.ok(readFileSync(rulesPage, "utf8") === currentRules(), "docs/rules.md is stale: run npm run docs");
  });
  it("lists every rule and every breaking change", () => {
    const page = currentRules();
    const ids = [
      ...[...configDemands, ...commonRules].map(({ id }) => id),
      ...Object.values(products).flatMap(({ rules, breakingChanges }) =>
        [...rules, ...breakingChanges].map(({ id }) => id),
      ),
    ];
    const missing = ids.filter((id) => !page.includes(`| \`${id}\` |`));
    assert.deepEqual(missing, []);
    assert.equal(new Set(ids).size, ids.length, "two have the same id");
  });
  it("has what one product says of itself, as rows", () => {
    const page = renderRules({ config: [], common: [], products: [example] });
    for (const row of [
      "- `side-by-side` (default): Both \\| at once.",
      "| `example/one` | error | One alone. | live gateway | [architecture.md](architecture.md#gates) |",
      "| `example/2.0/gone` | 2.0.0 | It is gone. | Replace it. | always | [example.com](https://example.com/2.0) |",
      "| 1 | apply | Applies it. **No way back but a backup.** | every node | export | It stopped. | [example.com](https://example.com/apply) |",
      "| `groups[].name` | string | – | Its name. |",
      '| `mode` | `a`, `b` | `"a"` | How it runs. |',
    ]) {
      assert.ok(page.includes(`\n${row}\n`), row);
    }
  });
  it("leaves out what a product has not", () => {
    const page = renderRules({ config: [], common: [], products: [{ ...example, procedure: undefined }] });
    assert.doesNotMatch(page, /procedure, in order|undefined|\[object/);
  });
  it("names a source for each rule that a reader can open", () => {
    const rules = [
      ...configDemands,
      ...commonRules,
      ...Object.values(products).flatMap(({ rules: own }) => own),
    ];
    for (const { id, source } of rules) {
      if (/^https:\/\/\S+$/.test(source)) continue;
      const [page = "", anchor] = source.split("#");
      assert.ok(existsSync(path.join(root, page)), `${id}: there is no page ${page}`);
      if (anchor !== undefined) assert.ok(anchorsOf(page).includes(anchor), `${id}: no heading ${source}`);
    }
  });
});
