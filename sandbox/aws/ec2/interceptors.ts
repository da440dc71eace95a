import type { Interceptors } from "../proxy";
import type { Answer } from "../wire/answer";
import { describeInstanceRefreshes, startInstanceRefresh, type RefreshWorld } from "./refresh";

/** Autoscaling groups: moto's, which registers their instances as targets; the instances are real processes. */
export function groupInterceptors(world: RefreshWorld): Interceptors[string] {
  const { moto, fleet } = world;
  return {
    actions: {
      StartInstanceRefresh: (call) => startInstanceRefresh(world, call),
      DescribeInstanceRefreshes: (call) => describeInstanceRefreshes(world, call),
      DescribeAutoScalingGroups: async (call) => withVersions(world, await moto.pass(call)),
    },
    others: async (call) => {
      const answer = await moto.pass(call);
      if (answer.status < 300 && !call.action.startsWith("Describe")) await fleet.settle();
      return answer;
    },
  };
}

/** moto takes every instance for one of the template's default version. */
function withVersions({ fleet }: RefreshWorld, answer: Answer): Answer {
  const body = answer.body.replace(/<Instances>.*?<\/Instances>/gs, (instances) =>
    instances.replace(/<member>.*?<\/member>/gs, (member) => {
      const version = fleet.versionOf(/<InstanceId>([^<]*)</.exec(member)?.[1] ?? "");
      return version ? member.replace(/<Version>[^<]*</, `<Version>${version}<`) : member;
    }),
  );
  return { ...answer, body };
}
