import { type Balancer, startBalancer } from "./balancer";
import { startContainer } from "./containers";
import { startDatabases, type Databases } from "./databases";
import { makeFleet } from "./ec2/fleet";
import { groupInterceptors } from "./ec2/interceptors";
import { templateInterceptors } from "./ec2/templates";
import { ecsInterceptors } from "./ecs/interceptors";
import type { ServiceWorld } from "./ecs/service-state";
import { makePlane } from "./elb/plane";
import { elbInterceptors } from "./elb/service";
import type { Faults } from "./faults";
import { metricInterceptors } from "./metrics";
import { startMoto } from "./moto";
import { connectMoto, region } from "./moto-api";
import { startProxy, type LoggedCall } from "./proxy";
import { rdsInterceptors } from "./rds/service";

/** An AWS for tests, at one URL. */
export interface Emulator {
  url: string;
  /** What a program needs to take it for AWS: the endpoint, the region and credentials. */
  environment: Record<string, string>;
  faults: Faults;
  /** All calls from outside so far, in the order in which they came. */
  calls(): LoggedCall[];
  /** The address behind each EC2 instance that is a target, by its id. Those of autoscaling groups are there; tests add others. */
  instances: Map<string, string>;
  /** The container image that stands for each machine image, by its id. Tests fill it; of others no instance listens. */
  images: Map<string, string>;
  /** Ends every process of it, and waits until they are gone. */
  stop(): Promise<void>;
}

/** How an emulator may differ from the usual one. */
export interface EmulatorOptions {
  /** Whether databases refuse plain connections, as RDS does from PostgreSQL 15 on. Default: false. */
  tlsOnly?: boolean;
  /** Milliseconds between two health checks of a target. Default: 250. */
  checkEvery?: number;
  /** Runs the tasks' containers. Default: the sandbox's images. */
  startContainer?: typeof startContainer;
  /** The data plane of load balancers. Default: a real one. */
  balancer?: Balancer;
  /** What instances of RDS have behind them. Default: real clusters. */
  databases?: Databases;
}

/** Starts it; what it keeps is in `directory`, and goes when it stops. The first start of all installs moto. */
export async function startEmulator(directory: string, options: EmulatorOptions = {}): Promise<Emulator> {
  const { tlsOnly = false, checkEvery = 250 } = options;
  const server = await startMoto();
  const balancer = options.balancer ?? (await startBalancer({ checkEvery }));
  let started = options.databases && Promise.resolve(options.databases);
  const databases = () => (started ??= startDatabases(directory, { tlsOnly }));
  const moto = connectMoto(server.url);
  const instances = new Map<string, string>();
  const images = new Map<string, string>();
  const plane = makePlane(moto, balancer, instances);
  const work = new Set<Promise<void>>();
  const inBackground = (one: Promise<void>) => {
    work.add(one);
    void one.finally(() => work.delete(one));
  };
  let isStopping = false;
  const world: ServiceWorld = {
    ...{ moto, plane, inBackground, isStopping: () => isStopping },
    startContainer: options.startContainer ?? startContainer,
    ...{ tasks: [], tokens: new Map(), services: [] },
  };
  const fleetWorld = { ...world, addresses: instances, images, userData: new Map<string, string>() };
  const fleet = makeFleet(fleetWorld);
  const proxy = await startProxy(moto, {
    rds: rdsInterceptors({ moto, databases, inBackground, instances: new Map(), snapshots: new Map() }),
    ecs: ecsInterceptors(world),
    elasticloadbalancing: elbInterceptors(moto, plane),
    monitoring: metricInterceptors(moto, plane),
    ec2: templateInterceptors(moto, fleetWorld.userData),
    autoscaling: groupInterceptors({ ...fleetWorld, fleet, refreshes: [] }),
  });
  return {
    url: proxy.url,
    environment: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    faults: proxy.faults,
    calls: () => proxy.calls(),
    instances,
    images,
    async stop() {
      isStopping = true;
      await proxy.stop();
      for (const service of world.services) service.wake();
      await Promise.all(
        world.tasks.map((task) => task.stop("ServiceSchedulerInitiated", "The emulator stops", 1)),
      );
      await fleet.stop();
      await Promise.all(work);
      await balancer.stop();
      await (await started)?.stop();
      moto.balancers.destroy();
      moto.databases.destroy();
      moto.groups.destroy();
      await server.stop();
    },
  };
}
