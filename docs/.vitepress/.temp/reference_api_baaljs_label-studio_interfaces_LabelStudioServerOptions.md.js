import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelStudioServerOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/LabelStudioServerOptions.md","filePath":"reference/api/baaljs/label-studio/interfaces/LabelStudioServerOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/LabelStudioServerOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelstudioserveroptions" tabindex="-1">Interface: LabelStudioServerOptions <a class="header-anchor" href="#interface-labelstudioserveroptions" aria-label="Permalink to &quot;Interface: LabelStudioServerOptions&quot;">​</a></h1><p>A Label Studio, and the token that it is asked with.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>ApiTokenOptions</code></li></ul><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./LabelStudioClientOptions.html"><code>LabelStudioClientOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-apikey"></a> <code>apiKey?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>A personal access token or a legacy token. Without it only files that need no login can be read.</td><td>-</td></tr><tr><td><a id="property-now"></a> <code>now?</code></td><td><code>readonly</code></td><td>() =&gt; <code>number</code></td><td>A clock in milliseconds that never jumps; <code>performance.now</code> by default.</td><td><code>ApiTokenOptions.now</code></td></tr><tr><td><a id="property-url"></a> <code>url</code></td><td><code>readonly</code></td><td><code>string</code></td><td>As this server reaches it: <code>http://label-studio:8080</code>, with a path prefix where it has one.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/LabelStudioServerOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelStudioServerOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelStudioServerOptions as default
};
