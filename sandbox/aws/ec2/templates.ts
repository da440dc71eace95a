import type { Moto } from "../moto-api";
import type { Interceptors } from "../proxy";
import type { Answer } from "../wire/answer";
import { text, type Call, type Parameters } from "../wire/call";

/** User data of a template's versions, by the template's id and the version. */
export type KeptUserData = Map<string, string>;

/** The key of a version's user data. */
export function versionKey(template: string, version: string): string {
  return `${template}:${version}`;
}

/**
 * Launch templates: moto's, which wants the size of every disk, where EC2 takes that of the image's root by itself, and which
 * launches nothing from a second version with user data. So that is kept here.
 */
export function templateInterceptors(moto: Moto, kept: KeptUserData): Interceptors[string] {
  return {
    actions: {
      CreateLaunchTemplate: (call) => moto.pass(withSizes(call)),
      CreateLaunchTemplateVersion: (call) => createVersion(moto, kept, call),
    },
  };
}

async function createVersion(moto: Moto, kept: KeptUserData, call: Call): Promise<Answer> {
  const data = (call.parameters.LaunchTemplateData ?? {}) as Parameters;
  const answer = await moto.pass(withoutUserData(withSizes(call)));
  const version = /<versionNumber>(\d+)</.exec(answer.body)?.[1];
  const key = version && versionKey(text(call.parameters, "LaunchTemplateId"), version);
  if (key) kept.set(key, text(data, "UserData"));
  return answer;
}

function withBody(call: Call, change: (pairs: string[]) => string[]): Call {
  return { ...call, body: Buffer.from(change(call.body.toString("utf8").split("&")).join("&")) };
}

function withoutUserData(call: Call): Call {
  return withBody(call, (pairs) => pairs.filter((pair) => !pair.startsWith("LaunchTemplateData.UserData=")));
}

function withSizes(call: Call): Call {
  return withBody(call, (pairs) => {
    const disks = pairs.flatMap(
      (pair) => /^(.+\.BlockDeviceMapping\.\d+)\.DeviceName=/.exec(pair)?.[1] ?? [],
    );
    const sizes = disks.map((disk) => `${disk}.Ebs.VolumeSize=`);
    const missing = sizes.filter((size) => !pairs.some((pair) => pair.startsWith(size)));
    return [...pairs, ...missing.map((size) => `${size}8`)];
  });
}
