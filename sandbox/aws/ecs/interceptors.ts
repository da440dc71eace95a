import type { Interceptors } from "../proxy";
import {
  createService,
  deleteCluster,
  deleteService,
  describeServices,
  listServices,
  updateService,
} from "./services";
import type { ServiceWorld } from "./service-state";
import { describeTasks, listTasks, runTask, stopTask } from "./tasks";

/** ECS: clusters and definitions are moto's; tasks are real processes, and services keep them running. */
export function ecsInterceptors(world: ServiceWorld): Interceptors[string] {
  return {
    actions: {
      RunTask: (call) => runTask(world, call),
      StopTask: (call) => stopTask(world, call),
      DescribeTasks: (call) => describeTasks(world, call),
      ListTasks: (call) => listTasks(world, call),
      CreateService: (call) => createService(world, call),
      UpdateService: (call) => updateService(world, call),
      DeleteService: (call) => deleteService(world, call),
      DescribeServices: (call) => describeServices(world, call),
      ListServices: (call) => listServices(world, call),
      DeleteCluster: (call) => deleteCluster(world, call),
    },
  };
}
