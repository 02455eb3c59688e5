import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BasicAuth","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/BasicAuth.md","filePath":"reference/api/baaljs/label-studio/interfaces/BasicAuth.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/BasicAuth.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-basicauth" tabindex="-1">Interface: BasicAuth <a class="header-anchor" href="#interface-basicauth" aria-label="Permalink to &quot;Interface: BasicAuth&quot;">​</a></h1><p>A user and a password, as Label Studio&#39;s form takes them.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-password"></a> <code>password</code></td><td><code>readonly</code></td><td><code>string</code></td></tr><tr><td><a id="property-user"></a> <code>user</code></td><td><code>readonly</code></td><td><code>string</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/BasicAuth.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BasicAuth = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BasicAuth as default
};
