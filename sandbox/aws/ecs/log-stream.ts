import type { Moto } from "../moto-api";
import { AwsError } from "../wire/answer";
import type { ContainerDefinition } from "./definition";

/** Where a container's lines go. */
export interface LogStream {
  write(line: string): void;
  /** Settles when all lines so far can be read. */
  flush(): Promise<void>;
}

const target = (action: string) => `Logs_20140328.${action}`;

/** Lines are sent together, so that a chatty container does not make a call for each. */
const everyMs = 100;

/** The stream that a container's `awslogs` options name; without them lines are dropped, as ECS does. Throws ECS's text. */
export async function openLogStream(
  moto: Moto,
  { name, logConfiguration }: ContainerDefinition,
  taskId: string,
): Promise<LogStream> {
  const options = logConfiguration?.options ?? {};
  const group = options["awslogs-group"];
  if (logConfiguration?.logDriver !== "awslogs" || !group) {
    return { write: () => undefined, flush: () => Promise.resolve() };
  }
  const prefix = options["awslogs-stream-prefix"];
  const place = {
    logGroupName: group,
    logStreamName: prefix ? `${prefix}/${name}/${taskId}` : taskId,
  };
  await create(moto, place, options["awslogs-create-group"] === "true");
  return sendingTo(moto, place);
}

async function create(
  moto: Moto,
  place: { logGroupName: string; logStreamName: string },
  withGroup: boolean,
): Promise<void> {
  const { logGroupName } = place;
  try {
    if (withGroup) {
      await moto.json("logs", target("CreateLogGroup"), { logGroupName }).catch((error: unknown) => {
        if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
      });
    }
    await moto.json("logs", target("CreateLogStream"), place);
  } catch (error) {
    const why = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
    throw new Error(
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed " +
        `to create Cloudwatch log stream: ${why}`,
      { cause: error },
    );
  }
}

function sendingTo(moto: Moto, place: { logGroupName: string; logStreamName: string }): LogStream {
  let waiting: { timestamp: number; message: string }[] = [];
  let sending = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    sending = sending.then(async () => {
      const logEvents = waiting;
      waiting = [];
      if (logEvents.length === 0) return;
      // A group may be deleted while its tasks run; that ends no task.
      await moto.json("logs", target("PutLogEvents"), { ...place, logEvents }).catch(() => undefined);
    });
    return sending;
  };
  return {
    write: (message) => {
      if (message === "") return;
      waiting.push({ timestamp: Date.now(), message });
      timer ??= setTimeout(() => void send(), everyMs);
    },
    flush: send,
  };
}
