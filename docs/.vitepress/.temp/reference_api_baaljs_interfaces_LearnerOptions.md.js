import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LearnerOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LearnerOptions.md","filePath":"reference/api/baaljs/interfaces/LearnerOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LearnerOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-learneroptions" tabindex="-1">Interface: LearnerOptions <a class="header-anchor" href="#interface-learneroptions" aria-label="Permalink to &quot;Interface: LearnerOptions&quot;">​</a></h1><p>What a <a href="./Learner.html">Learner</a> trains with: loss, optimizer, clipping, dropout.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-batchnormalization"></a> <code>batchNormalization?</code></td><td><code>readonly</code></td><td><code>&quot;batch&quot;</code> | <code>&quot;running&quot;</code></td><td>The statistics that batch normalisation goes by while training: <code>&quot;batch&quot;</code> (default), the batch&#39;s own statistics, which also move the running ones; or the running ones, as they are. Layers whose scale and shift are frozen keep to the running ones.</td></tr><tr><td><a id="property-dropout"></a> <code>dropout?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Dropout while training; on by default.</td></tr><tr><td><a id="property-istrainable"></a> <code>isTrainable?</code></td><td><code>readonly</code></td><td>(<code>name</code>) =&gt; <code>boolean</code></td><td>Which parameters are trained, by name. All by default.</td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><a href="./LossOptions.html"><code>LossOptions</code></a></td><td>-</td></tr><tr><td><a id="property-maxgradnorm"></a> <code>maxGradNorm</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Gradients are scaled down to this global L2 norm; <code>Infinity</code> turns clipping off.</td></tr><tr><td><a id="property-optimizer"></a> <code>optimizer</code></td><td><code>readonly</code></td><td><a href="./Optimizer.html"><code>Optimizer</code></a></td><td>-</td></tr><tr><td><a id="property-seed"></a> <code>seed</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Keys the dropout masks, together with the step and the item.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LearnerOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LearnerOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LearnerOptions as default
};
