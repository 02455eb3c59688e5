import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ExperimentPlan","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/ExperimentPlan.md","filePath":"reference/api/baaljs/experiment/interfaces/ExperimentPlan.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/ExperimentPlan.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-experimentplan" tabindex="-1">Interface: ExperimentPlan <a class="header-anchor" href="#interface-experimentplan" aria-label="Permalink to &quot;Interface: ExperimentPlan&quot;">​</a></h1><p>The cells of an experiment and how many labels each of their steps has.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-cells"></a> <code>cells</code></td><td><code>readonly</code></td><td>readonly <a href="./Cell.html"><code>Cell</code></a>[]</td><td>Seed by seed, so that all strategies of one can be compared early; in each, the strategies in the configuration&#39;s order.</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Numbers of labels, step by step; the last may be fewer than asked for, where the pool ends.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/ExperimentPlan.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ExperimentPlan = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ExperimentPlan as default
};
