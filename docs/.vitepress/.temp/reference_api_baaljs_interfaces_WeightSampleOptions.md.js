import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: WeightSampleOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/WeightSampleOptions.md","filePath":"reference/api/baaljs/interfaces/WeightSampleOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/WeightSampleOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-weightsampleoptions" tabindex="-1">Interface: WeightSampleOptions <a class="header-anchor" href="#interface-weightsampleoptions" aria-label="Permalink to &quot;Interface: WeightSampleOptions&quot;">​</a></h1><p>Which sample of the weights is asked for.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-draw"></a> <code>draw</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-seed"></a> <code>seed</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-weights"></a> <code>weights</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/StateDict.html"><code>StateDict</code></a></td><td>The model&#39;s current weights: read, never changed.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/WeightSampleOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const WeightSampleOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  WeightSampleOptions as default
};
