/** The one container of each of our task definitions. */
export const containerName = "gateway";
