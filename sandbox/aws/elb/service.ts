import type { Moto } from "../moto-api";
import type { Interceptors } from "../proxy";
import { AwsError, type Answer } from "../wire/answer";
import { text, type Call } from "../wire/call";
import type { Plane } from "./plane";
import { describeTargetHealth } from "./target-health";

/** Balancers: records are moto's; behind each listener is a real server, which every change is told before it is answered. */
export function elbInterceptors(moto: Moto, plane: Plane): Interceptors[string] {
  const others = async (call: Call) => withAddresses(await passOn(moto, plane, call), plane);
  return {
    actions: {
      DescribeTargetHealth: (call) =>
        plane.isKnown(text(call.parameters, "TargetGroupArn"))
          ? Promise.resolve(describeTargetHealth(call, plane))
          : moto.pass(call),
      CreateListener: (call) => {
        refusePort(call);
        return others(call);
      },
      ModifyListener: (call) => {
        refusePort(call);
        return others(call);
      },
    },
    others,
  };
}

async function passOn(moto: Moto, plane: Plane, call: Call): Promise<Answer> {
  const answer = await moto.pass(call);
  if (answer.status < 300 && !call.action.startsWith("Describe")) await plane.refresh();
  return answer;
}

/** The names that moto makes up lead nowhere; an address of ours stands in for each. */
function withAddresses(answer: Answer, plane: Plane): Answer {
  const body = answer.body.replace(
    /<DNSName>([^<]+)<\/DNSName>/g,
    (_, name: string) => `<DNSName>${plane.addressOf(name)}</DNSName>`,
  );
  return { ...answer, body };
}

function refusePort(call: Call): void {
  const port = Number(text(call.parameters, "Port") || "65535");
  if (port >= 1_024 || process.getuid?.() === 0) return;
  const why = `the emulator's listeners are real servers, and port ${port} is not for an ordinary user: take one above 8000`;
  throw new AwsError("ValidationError", why);
}
