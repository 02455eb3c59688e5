import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: GradientsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/GradientsOptions.md","filePath":"reference/api/baaljs/engine/interfaces/GradientsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/GradientsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-gradientsoptions" tabindex="-1">Interface: GradientsOptions <a class="header-anchor" href="#interface-gradientsoptions" aria-label="Permalink to &quot;Interface: GradientsOptions&quot;">​</a></h1><p>The value to differentiate, and the values to differentiate by.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The value to differentiate, any float32 value of the graph. Where it has several elements, their sum is meant.</td></tr><tr><td><a id="property-outputs"></a> <code>outputs?</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Values to give out beside the loss and the gradients; by default what the graph gives out already.</td></tr><tr><td><a id="property-wrt"></a> <code>wrt?</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The parameters and inputs to differentiate by; all parameters by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/GradientsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const GradientsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  GradientsOptions as default
};
