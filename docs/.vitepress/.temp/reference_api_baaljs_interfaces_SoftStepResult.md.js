import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SoftStepResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/SoftStepResult.md","filePath":"reference/api/baaljs/interfaces/SoftStepResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/SoftStepResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-softstepresult" tabindex="-1">Interface: SoftStepResult <a class="header-anchor" href="#interface-softstepresult" aria-label="Permalink to &quot;Interface: SoftStepResult&quot;">​</a></h1><p>The result of a step on labelled and unlabelled items.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./StepResult.html"><code>StepResult</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-gradientnorm"></a> <code>gradientNorm</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Global L2 norm of the gradient before clipping.</td><td><a href="./StepResult.html"><code>StepResult</code></a>.<a href="./StepResult.html#property-gradientnorm"><code>gradientNorm</code></a></td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean loss over the step&#39;s items, before the update.</td><td><a href="./StepResult.html"><code>StepResult</code></a>.<a href="./StepResult.html#property-loss"><code>loss</code></a></td></tr><tr><td><a id="property-softloss"></a> <code>softLoss</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The part of <code>loss</code> that the items without a label have.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/SoftStepResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SoftStepResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SoftStepResult as default
};
