import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StepResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/StepResult.md","filePath":"reference/api/baaljs/interfaces/StepResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/StepResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-stepresult" tabindex="-1">Interface: StepResult <a class="header-anchor" href="#interface-stepresult" aria-label="Permalink to &quot;Interface: StepResult&quot;">​</a></h1><p>The result of an optimizer step.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./SoftStepResult.html"><code>SoftStepResult</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-gradientnorm"></a> <code>gradientNorm</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Global L2 norm of the gradient before clipping.</td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean loss over the step&#39;s items, before the update.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/StepResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StepResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StepResult as default
};
