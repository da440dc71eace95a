const docs = "https://docs.axway.com/bundle/axway-open-docs/page/docs";
const guide = `${docs}/apim_installation/apigw_upgrade`;

/** Pages of the vendor's open documentation that the rules are taken from. */
export const sources = {
  overview: `${guide}/upgrade_overview/index.html`,
  upgrade: `${guide}/upgrade_steps_extcass/index.html`,
  update: `${guide}/upgrade_steps_oneversion/index.html`,
  commands: `${guide}/upgrade_script/index.html`,
  messages: `${guide}/upgrade_errors/index.html`,
  questions: `${guide}/upgrade_faq/index.html`,
  metrics: `${guide}/upgrade_metrics/index.html`,
  minimalDowntime: `${guide}/upgrade_zdu_overview/index.html`,
  requirements: `${docs}/apim_installation/apigtw_install/system_requirements/index.html`,
  /** Notes on one update of 7.7, by its date: "20230228". */
  notes: (date: string) => `${docs}/apim_relnotes/${date}_apimgr_relnotes/index.html`,
};
