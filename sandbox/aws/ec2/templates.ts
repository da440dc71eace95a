import type { Moto } from "../moto-api";
import type { Interceptors } from "../proxy";
import type { Answer } from "../wire/answer";
import type { Call } from "../wire/call";

/** Launch templates: moto's, which wants the size of every disk, where EC2 takes that of the image's root by itself. */
export function templateInterceptors(moto: Moto): Interceptors[string] {
  const sized = (call: Call): Promise<Answer> => {
    const body = call.body.toString("utf8");
    const disks = [...body.matchAll(/LaunchTemplateData\.BlockDeviceMapping\.(\d+)\.DeviceName=/g)];
    const missing = disks
      .map(([, number]) => `LaunchTemplateData.BlockDeviceMapping.${number}.Ebs.VolumeSize`)
      .filter((name) => !body.includes(`${name}=`));
    return moto.pass({ ...call, body: Buffer.from([body, ...missing.map((name) => `${name}=8`)].join("&")) });
  };
  return { actions: { CreateLaunchTemplate: sized, CreateLaunchTemplateVersion: sized } };
}
