import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TensorEntry","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/TensorEntry.md","filePath":"reference/api/baaljs/engine/interfaces/TensorEntry.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/TensorEntry.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-tensorentry" tabindex="-1">Interface: TensorEntry <a class="header-anchor" href="#interface-tensorentry" aria-label="Permalink to &quot;Interface: TensorEntry&quot;">​</a></h1><p>One tensor as a safetensors header describes it.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-begin"></a> <code>begin</code></td><td><code>readonly</code></td><td><code>number</code></td><td>First byte and the byte after the last, counted from the end of the header.</td></tr><tr><td><a id="property-dims"></a> <code>dims</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>-</td></tr><tr><td><a id="property-dtype"></a> <code>dtype</code></td><td><code>readonly</code></td><td><code>string</code></td><td><code>F32</code>, <code>BF16</code>, <code>I64</code>, ...</td></tr><tr><td><a id="property-end"></a> <code>end</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/TensorEntry.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TensorEntry = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TensorEntry as default
};
