import type { Ledger } from "../../sandbox/load/ledger";
import { type Load, startLoad } from "../../sandbox/load/start";
import { formatLedger } from "../../sandbox/load/table";
import type { Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../stack";
import {
  answersAsConfigured,
  askAdmin,
  askEveryRoute,
  type Configuration,
  configureGateway,
  findMissing,
} from "./configuration";
import { configDiff, type Engine, Failed, preview, refusedPreview, up, wait } from "./engine";
import { count, lastAnswerAfter } from "./verdict";

export interface StoryOptions {
  /** Requests that are sent at least. */
  requests: number;
  ratePerSecond: number;
  /** Provision and shift in one change, without the stop at 10 %. */
  atOnce: boolean;
}

export interface Story {
  engine: Engine;
  options: StoryOptions;
  upstream: Upstream;
  /** The load, as soon as it runs: whoever cleans up ends it. */
  load?: Load;
}

const [oldVersion, newVersion] = ["3.9.1", "3.10.0"];
const before: StackConfig = { blue: { version: oldVersion }, acknowledge: [] };
/** What breaks between the two versions was read, and is accepted by its id. */
const added: StackConfig = {
  ...before,
  green: { version: newVersion },
  acknowledge: ["kong/3.10/ai-metrics-key"],
};
/** Too far at once: no path that the vendor guarantees. */
const leap: StackConfig = { ...before, green: { version: "3.14.0" }, traffic: { green: 100 } };
const shifted = (percent: number): StackConfig => ({ ...added, traffic: { green: percent } });

/** Long enough for a wedged machine, short enough not to run on when nobody ends it. */
const longestLoad = 900;

/** The whole story, told on the screen as it goes. Gives the ledger of the load. */
export async function tell(story: Story): Promise<Ledger> {
  const { engine, options, upstream } = story;
  const { screen, stack } = engine;

  screen.step(`Blue: Kong ${oldVersion}, its database, and the balancer in front of it.`);
  await change(engine, {}, before);

  screen.step("Configuration through the Admin API, and a constant load through the gateway.");
  const { url, adminUrl } = (await stack.outputs()) as { url: string; adminUrl: string };
  const configuration = await configureGateway(adminUrl, upstream.port);
  screen.say(
    `2 services, 3 routes (${configuration.paths.join(", ")}), consumer ${configuration.consumer}, whose key ` +
      `${configuration.guarded} asks for: all in the database of blue`,
  );
  const places = { url, adminUrl };
  await showAnswers(engine, places, configuration, "blue", oldVersion);
  await beginLoad(story, url, configuration);

  screen.step("A leap to 3.14.0 is refused at review, with all that is wrong with it and the way there.");
  await stack.configure(leap);
  screen.say(configDiff(before, leap).join("\n"));
  await refusedPreview(engine);

  screen.step(`The upgrade to ${newVersion}, reviewed before anything is touched.`);
  await stack.configure(options.atOnce ? shifted(100) : added);
  screen.say(configDiff(before, options.atOnce ? shifted(100) : added).join("\n"));
  await preview(engine);

  if (options.atOnce) {
    screen.step("The upgrade: green is made beside blue, tested, and takes over all traffic.");
    await up(engine);
  } else {
    screen.step("Green is made beside blue, from a snapshot of its database, and tested. Blue serves all.");
    await up(engine);
    const { write } = await askAdmin(adminUrl);
    screen.say(`the Admin API is closed for writes meanwhile: POST /services answers ${write}`);
    screen.step("10 % of the traffic to green.");
    await change(engine, added, shifted(10));
    await showShares(story);
    screen.step("All traffic to green; blue stays, ready.");
    await change(engine, shifted(10), shifted(100));
  }
  await showAnswers(engine, places, configuration, "green", newVersion);

  screen.step("The rollback: the change is reverted. Traffic goes back first, then green goes.");
  await stack.configure(before);
  screen.say(configDiff(shifted(100), before).join("\n"));
  const rollback = await up(engine);
  await showAnswers(engine, places, configuration, "blue", oldVersion);

  screen.step("The ledger of the load.");
  await untilEnough(story);
  const ledger = await (story.load as Load).stop();
  screen.say(formatLedger(ledger));
  const seconds = lastAnswerAfter(ledger, "green", rollback.startedAt);
  screen.say(
    seconds === undefined
      ? "\ngreen answered nothing after the start of the rollback"
      : `\nfrom the start of the rollback's pulumi up to the last request that green answered: ${seconds.toFixed(1)} s`,
  );
  return ledger;
}

async function change(engine: Engine, from: StackConfig, to: StackConfig): Promise<void> {
  await engine.stack.configure(to);
  engine.screen.say(configDiff(from, to).join("\n"));
  await up(engine);
}

/** Starts the load, and goes on only if the gateway answers all of it: losses of before would be taken for the upgrade's. */
async function beginLoad(story: Story, url: string, { paths, key }: Configuration): Promise<void> {
  const { engine, options } = story;
  const { ratePerSecond } = options;
  const load = await startLoad({
    url,
    paths,
    headers: { apikey: key },
    ratePerSecond,
    maxSeconds: longestLoad,
  });
  story.load = load;
  engine.screen.say(
    `${ratePerSecond} requests a second from here to the end: GET and POST with bodies of 1 to 16 KiB, on kept and new connections`,
  );
  engine.meanwhile = () => {
    const { sent, lost } = load.snapshot();
    return `${count(sent)} requests sent, ${lost} lost`;
  };
  await wait(2_500, engine.signal);
  if (load.snapshot().lost === 0) return;
  const ledger = await load.stop();
  throw new Failed(
    `${ledger.lost} of ${ledger.sent} requests were lost before the upgrade began`,
    formatLedger(ledger).split("\n"),
    "No upgrade is shown on a gateway that loses requests by itself: see the reasons above.",
  );
}

/** The configuration may take a moment to reach the node: Kong reads its database at intervals. */
const patience = 15_000;

/** Asks for everything until it answers as configured and at the slot that should, and shows what it answers. */
async function showAnswers(
  { screen, signal }: Engine,
  { url, adminUrl }: { url: string; adminUrl: string },
  configuration: Configuration,
  slot: string,
  version: string,
): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const answers = await askEveryRoute(url, configuration);
    // What Kong refuses by itself carries no version.
    const wrong = answers.filter(
      (answer) => answer.slot !== slot || (answer.status === 200 && answer.version !== version),
    );
    const missing = await findMissing(adminUrl, configuration);
    const admin = await askAdmin(adminUrl);
    const right = wrong.length === 0 && missing.length === 0 && admin.version === version;
    if (right && answersAsConfigured(answers, configuration)) {
      const { guarded, consumer } = configuration;
      screen.say(`every route answers by GET and POST: 200 from ${slot}, Kong ${version}`);
      screen.say(`${guarded}: 200 with the key of ${consumer}, 401 without it`);
      screen.say(
        `Admin API: Kong ${admin.version}, each service, route and consumer with the id that it was given`,
      );
      return;
    }
    if (performance.now() > end) {
      const seen = answers.map(
        (answer) =>
          `${answer.method} ${answer.path}${answer.withKey ? " (key)" : ""}: ${answer.status} from ${answer.slot}, ${answer.version}`,
      );
      throw new Failed(
        `the gateway does not answer as configured, from ${slot} at ${version}`,
        [...seen, `Admin API: ${admin.version}`, ...missing.map((name) => `missing: ${name}`)],
        "See the logs of the gateway's nodes.",
      );
    }
    await wait(250, signal);
  }
}

/** Shows how the traffic is shared, by what the load got. */
async function showShares({ load, engine }: Story): Promise<void> {
  const { screen, signal } = engine;
  const answered = (slot: string) => load?.snapshot().slots[slot]?.answered ?? 0;
  const [blue, green] = [answered("blue"), answered("green")];
  const idle = screen.busy(engine.meanwhile);
  await wait(3_000, signal).finally(idle);
  const [toBlue, toGreen] = [answered("blue") - blue, answered("green") - green];
  const share = ((100 * toGreen) / Math.max(toBlue + toGreen, 1)).toFixed(1);
  screen.say(`of the ${count(toBlue + toGreen)} requests since, ${share} % were answered by green`);
}

async function untilEnough({ load, engine, options }: Story): Promise<void> {
  const { screen, signal, meanwhile } = engine;
  const left = options.requests - (load?.snapshot().sent ?? 0);
  if (left > 0) {
    const seconds = Math.ceil(left / options.ratePerSecond);
    screen.say(`blue serves on for ${seconds} s, until ${count(options.requests)} requests were sent`);
  }
  const idle = screen.busy(meanwhile);
  try {
    while ((load?.snapshot().sent ?? 0) < options.requests) await wait(250, signal);
  } finally {
    idle();
  }
}
