import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LastLayer","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LastLayer.md","filePath":"reference/api/baaljs/interfaces/LastLayer.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LastLayer.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-lastlayer" tabindex="-1">Interface: LastLayer <a class="header-anchor" href="#interface-lastlayer" aria-label="Permalink to &quot;Interface: LastLayer&quot;">​</a></h1><p>The linear layer that the logits come from: <code>logits = W h + b</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-bias"></a> <code>bias</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td>Parameter name of b.</td></tr><tr><td><a id="property-input"></a> <code>input</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The value that it reads, <code>h</code>.</td></tr><tr><td><a id="property-layout"></a> <code>layout</code></td><td><code>readonly</code></td><td><code>&quot;out-in&quot;</code> | <code>&quot;in-out&quot;</code></td><td>How W is stored: <code>[C, D]</code>, as the hub&#39;s checkpoints have it, or <code>[D, C]</code>.</td></tr><tr><td><a id="property-weight"></a> <code>weight</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Parameter name of W.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LastLayer.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LastLayer = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LastLayer as default
};
