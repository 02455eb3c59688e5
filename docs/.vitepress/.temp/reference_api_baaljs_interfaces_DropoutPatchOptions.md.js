import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DropoutPatchOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/DropoutPatchOptions.md","filePath":"reference/api/baaljs/interfaces/DropoutPatchOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/DropoutPatchOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dropoutpatchoptions" tabindex="-1">Interface: DropoutPatchOptions <a class="header-anchor" href="#interface-dropoutpatchoptions" aria-label="Permalink to &quot;Interface: DropoutPatchOptions&quot;">​</a></h1><p>MC-Dropout: masks on activations.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-consistent"></a> <code>consistent?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>All items of a draw share its masks, whatever their batch, order and length: what BatchBALD needs. <code>false</code> by default.</td></tr><tr><td><a id="property-masks"></a> <code>masks?</code></td><td><code>readonly</code></td><td><code>&quot;balanced&quot;</code> | <code>&quot;independent&quot;</code></td><td><code>&quot;balanced&quot;</code>: over the draws of an item each unit is dropped as often as its rate says, so that fewer draws say as much; single draws are as they were. <code>&quot;independent&quot;</code>: each draw by itself, as Baal and PyTorch have it. <code>&quot;independent&quot;</code> by default.</td></tr><tr><td><a id="property-method"></a> <code>method?</code></td><td><code>readonly</code></td><td><code>&quot;dropout&quot;</code></td><td>-</td></tr><tr><td><a id="property-rate"></a> <code>rate?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Overrides every site&#39;s own rate; in [0, 1).</td></tr><tr><td><a id="property-where"></a> <code>where?</code></td><td><code>readonly</code></td><td><code>&quot;all&quot;</code> | <code>&quot;head&quot;</code> | <code>LastLayers</code></td><td><code>&quot;head&quot;</code>: only the sites behind the pooled features, so that the encoder runs once per item. <code>{ lastLayers: n }</code>: these and those of the last n layers with dropout (a transformer&#39;s blocks), so that the layers in front run once per item. <code>&quot;all&quot;</code> by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/DropoutPatchOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DropoutPatchOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DropoutPatchOptions as default
};
