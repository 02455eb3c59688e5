import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/TrainResult.md","filePath":"reference/api/baaljs/interfaces/TrainResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/TrainResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainresult" tabindex="-1">Interface: TrainResult <a class="header-anchor" href="#interface-trainresult" aria-label="Permalink to &quot;Interface: TrainResult&quot;">​</a></h1><p>What a training came to.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./ContrastiveResult.html"><code>ContrastiveResult</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-globalstep"></a> <code>globalStep</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Optimizer steps done, those before a resumption included.</td></tr><tr><td><a id="property-metrics"></a> <code>metrics</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Metrics.html"><code>Metrics</code></a></td><td><code>trainLoss</code>, <code>epoch</code>, and of this call alone: <code>trainRuntime</code> in seconds, <code>trainStepsPerSecond</code>.</td></tr><tr><td><a id="property-state"></a> <code>state</code></td><td><code>readonly</code></td><td><code>TrainerState</code></td><td>With the log of the run and the best metric.</td></tr><tr><td><a id="property-trainingloss"></a> <code>trainingLoss</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean loss over all steps.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/TrainResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainResult as default
};
