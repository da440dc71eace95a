import { commandMaker } from "../command";

/** A resource of this platform: its commands have one entry point, which is named in state and stays. */
export const awsCommand = commandMaker("components/aws/commands/run.cjs");
