import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ApplyOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/ApplyOptions.md","filePath":"reference/api/baaljs/engine/interfaces/ApplyOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/ApplyOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-applyoptions" tabindex="-1">Interface: ApplyOptions <a class="header-anchor" href="#interface-applyoptions" aria-label="Permalink to &quot;Interface: ApplyOptions&quot;">​</a></h1><p>The learning rate of a step, and its clipping.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-learningrate"></a> <code>learningRate</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-maxgradnorm"></a> <code>maxGradNorm?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Gradients whose global L2 norm is larger are scaled down to it, as <code>torch.nn.utils.clip_grad_norm_</code> does; not by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/ApplyOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ApplyOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ApplyOptions as default
};
