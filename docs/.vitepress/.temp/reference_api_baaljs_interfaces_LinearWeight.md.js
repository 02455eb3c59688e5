import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LinearWeight","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LinearWeight.md","filePath":"reference/api/baaljs/interfaces/LinearWeight.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LinearWeight.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-linearweight" tabindex="-1">Interface: LinearWeight <a class="header-anchor" href="#interface-linearweight" aria-label="Permalink to &quot;Interface: LinearWeight&quot;">​</a></h1><p>A linear (or convolution) layer&#39;s weight.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The parameter&#39;s name.</td></tr><tr><td><a id="property-place"></a> <code>place</code></td><td><code>readonly</code></td><td><code>&quot;body&quot;</code> | <code>&quot;head&quot;</code></td><td><code>&quot;head&quot;</code>: the last layer.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LinearWeight.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LinearWeight = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LinearWeight as default
};
