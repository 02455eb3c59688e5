import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DropConnectPatchOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/DropConnectPatchOptions.md","filePath":"reference/api/baaljs/interfaces/DropConnectPatchOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/DropConnectPatchOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dropconnectpatchoptions" tabindex="-1">Interface: DropConnectPatchOptions <a class="header-anchor" href="#interface-dropconnectpatchoptions" aria-label="Permalink to &quot;Interface: DropConnectPatchOptions&quot;">​</a></h1><p>DropConnect: masks on weights, shared by all items of a draw.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-layers"></a> <code>layers?</code></td><td><code>readonly</code></td><td>readonly <code>NamePattern</code>[]</td><td>Which parameters, instead of <code>where</code>: globs (<code>*</code>: any characters) or regular expressions over a linear layer&#39;s name (&quot;classifier&quot;, &quot;<em>.ffn.</em>&quot;), with or without &quot;.weight&quot;.</td></tr><tr><td><a id="property-method"></a> <code>method</code></td><td><code>readonly</code></td><td><code>&quot;dropconnect&quot;</code></td><td>-</td></tr><tr><td><a id="property-rate"></a> <code>rate?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Probability that a weight is dropped; in [0, 1), 0.1 by default.</td></tr><tr><td><a id="property-where"></a> <code>where?</code></td><td><code>readonly</code></td><td><code>&quot;all&quot;</code> | <code>&quot;head&quot;</code></td><td><code>&quot;head&quot;</code>: only the last layer, so that everything else runs once per item. <code>&quot;all&quot;</code> linear layers by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/DropConnectPatchOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DropConnectPatchOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DropConnectPatchOptions as default
};
